/**
 * What a careful engineer writes in ten minutes: the requests of src/tests/chat.ts by the same students at the same pace,
 * with a check and JSON.parse, and nothing else. `make bench` holds dist/chat.js against it.
 */
import { check, sleep } from 'k6';
import { SharedArray } from 'k6/data';
import encoding from 'k6/encoding';
import http from 'k6/http';

const base = __ENV.BASE_URL;
const json = { 'Content-Type': 'application/json' };

export const options = {
  scenarios: {
    students: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: __ENV.RAMP, target: Number(__ENV.USERS) },
        { duration: '190s', target: Number(__ENV.USERS) },
      ],
    },
  },
};

const students = new SharedArray('students', () =>
  open(`${__ENV.FIXTURES}/users.csv`)
    .split('\n')
    .map((line) => line.split(','))
    .filter(([, , role]) => role === 'student')
    .map(([email, , , , creator_id]) => ({ email, creator_id })),
);
// As long as those of the fixtures are on average.
const QUESTION = 'How do I sharpen a knife at home, and how often? '.repeat(6).trim();

let me;
let params;

export default function () {
  if (!params) {
    pause(18, 0, 1);
    me = students[__VU - 1];
    params = { headers: { ...json, Cookie: signIn() } };
  }
  if (Math.random() < 0.7) {
    let answer = ask();
    // 2 messages and 1.3 more on average, as in workloads.ts.
    while (Math.random() < 1.3 / 2.3 || !answer.asked) {
      pause();
      answer = { ...ask(answer.session_id), asked: true };
    }
    pause(2);
    const history = http.get(`${base}/api/chat/history?session_id=${answer.session_id}&limit=50`, params);
    check(history, { 'history is there': ({ status, body }) => status === 200 && JSON.parse(body).success });
  } else {
    const { message_id } = ask();
    if (Math.random() < 0.5) {
      pause(2);
      const rating = http.post(
        `${base}/api/chat/feedback`,
        JSON.stringify({ message_id, feedback: 'positive' }),
        params,
      );
      check(rating, { 'rating is taken': ({ status, body }) => status === 200 && JSON.parse(body).success });
    }
  }
  pause();
}

function ask(session_id) {
  const message = `${QUESTION} [${__VU}-${__ITER}]`;
  const body = JSON.stringify({ message, session_id, creator_id: me.creator_id });
  const response = http.post(`${base}/api/chat`, body, params);
  const answer = JSON.parse(response.body);
  check(response, { 'answer is there': ({ status }) => status === 200 && answer.data.content !== '' });
  return answer.data;
}

function signIn() {
  const body = JSON.stringify({ email: me.email, password: 'a-password-of-forty-characters-or-so-long' });
  const response = http.post(`${base}/auth/v1/token?grant_type=password`, body, { headers: json });
  check(response, { 'signed in': ({ status }) => status === 200 });
  return `sb-127-auth-token=base64-${encoding.b64encode(response.body, 'rawurl')}`;
}

/** Around `mean` seconds; nothing at all when PACE says that nobody waits. */
function pause(mean = 18, least = 0.5, most = 1.5) {
  const seconds = (mean * (least + (most - least) * Math.random())) / Number(__ENV.PACE);
  if (seconds >= 0.001) sleep(seconds);
}
