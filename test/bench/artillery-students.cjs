/**
 * The students of minimal.js for Artillery: the same requests at the same pace, each answer checked and parsed. What comes
 * next is decided before each step; a conversation has 2 messages and 1.3 more on average, then it is read back.
 */
const { threadId } = require('node:worker_threads');

const pace = Number(process.env.PACE);

let users = 0;

module.exports = {
  arrive({ vars }, _events, done) {
    users += 1;
    vars.email = `loadtest-student-${users}-${threadId}@example.com`;
    vars.creatorId = process.env.CREATOR_ID;
    vars.step = 'new';
    pause(done, 18, 0, 1);
  },

  signedIn(_request, response, { vars }, _events, done) {
    vars.cookie = `sb-127-auth-token=base64-${Buffer.from(response.body).toString('base64url')}`;
    done(response.statusCode === 200 ? undefined : new Error('not signed in'));
  },

  next({ vars }, _events, done) {
    const isFirst = vars.step === 'new';
    vars.step = stepAfter(vars.step);
    vars.asks = vars.step === 'first' || vars.step === 'more' || vars.step === 'single';
    vars.readsBack = vars.step === 'history';
    vars.rates = vars.step === 'rating';
    if (vars.step === 'first' || vars.step === 'single') vars.sessionId = undefined;
    if (vars.asks) vars.message = `How do I sharpen a knife at home, and how often? [${vars.email}-${Math.random()}]`;
    if (isFirst) done();
    else pause(done, vars.asks ? 18 : 2);
  },

  answered(_request, response, { vars }, _events, done) {
    const { data } = JSON.parse(response.body);
    vars.sessionId = data.session_id;
    vars.messageId = data.message_id;
    done(response.statusCode === 200 && data.content !== '' ? undefined : new Error('no answer'));
  },

  succeeded(_request, response, _context, _events, done) {
    done(response.statusCode === 200 && JSON.parse(response.body).success ? undefined : new Error('no success'));
  },
};

function stepAfter(step) {
  if (step === 'first') return 'more';
  if (step === 'more') return Math.random() < 1.3 / 2.3 ? 'more' : 'history';
  if (step === 'single' && Math.random() < 0.5) return 'rating';
  return Math.random() < 0.7 ? 'first' : 'single';
}

function pause(done, mean, least = 0.5, most = 1.5) {
  setTimeout(done, (mean * 1000 * (least + (most - least) * Math.random())) / pace);
}
