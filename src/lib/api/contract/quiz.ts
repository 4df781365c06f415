/** Quizzes: what a student may order. No load test does, so that nothing but another creator's content stops one. */
import { type Answer, summed } from '../../contract/answer.ts';
import { expects, refuses } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { config } from '../../run.ts';
import type { Cast } from './cast.ts';

const QUIZ = 'POST /api/assessments/quiz/generate';

const OPTIONS = { questionCount: 3, difficulty: 'beginner', questionTypes: ['multiple-choice'] };

export function makesQuizzes({ unlimitedStudent, students }: Cast): void {
  const me = unlimitedStudent();
  if (!me) return;
  const own = me.videoIds.slice(0, 1);
  const stranger = students.find(({ user }) => user.creator_id !== me.user.creator_id)!;
  expects('listed', QUIZ, summed(order(me.identity, own)), '200');
  refuses(`${QUIZ} about no video`, order(me.identity, []), 400);
  const eleven = Array.from({ length: 11 }, () => own[0]!);
  refuses(`${QUIZ} about 11 videos`, order(me.identity, eleven), 400);
  refuses(`${QUIZ} of 2 questions`, order(me.identity, own, { ...OPTIONS, questionCount: 2 }), 400);
  refuses(`${QUIZ} of 21 questions`, order(me.identity, own, { ...OPTIONS, questionCount: 21 }), 400);
  const unknown = { ...OPTIONS, difficulty: 'impossible' };
  refuses(`${QUIZ} of an unknown difficulty`, order(me.identity, own, unknown), 400);
  const { status } = order(me.identity, stranger.videoIds.slice(0, 1));
  expects('fatal', `${QUIZ} about another creator's video`, status === 200 ? 'made' : 'refused', 'refused');
  refuses(`${QUIZ} without a session`, order(NOBODY, own), 401);
}

function order(identity: Identity, videoIds: readonly string[], options: object = OPTIONS): Answer {
  return look(QUIZ, `${config.appUrl}/api/assessments/quiz/generate`, identity, { videoIds, options });
}
