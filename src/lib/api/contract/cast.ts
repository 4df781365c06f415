/** Who takes part in an inspection, and what they share: each is made when it is first asked for, and only once. */
import type { ChatAnswerBody, UploadUrlBody } from '../../../wire/api.ts';
import { lastCreators, lastUnlimitedStudent, lastUploaders } from '../../fixtures.ts';
import type { FixtureUser } from '../../once/fixture-rows.ts';
import { signIn, type Visitor } from './sign-in.ts';

/** Who looks, and who belongs to another creator and must not see what is the first one's. */
export type Pair = readonly [Visitor, Visitor];

/** What is undefined was refused by the platform, which is a finding already. */
export interface Cast {
  readonly students: Pair;
  /** A conversation of the first student. */
  readonly conversation: () => ChatAnswerBody['data'] | undefined;
  /** Creators with videos. */
  readonly creators: () => Pair | undefined;
  readonly uploaders: () => Pair | undefined;
  /** An address that the first uploader was given for a file. */
  readonly upload: () => UploadUrlBody | undefined;
  /** A student of a tier that may do everything. */
  readonly unlimitedStudent: () => Visitor | undefined;
}

/** @param begins what make conversation and upload */
export function castOf(
  students: Pair,
  begins: {
    conversation: (me: Visitor) => ChatAnswerBody['data'] | undefined;
    upload: (me: Visitor) => UploadUrlBody | undefined;
  },
): Cast {
  const uploaders = once(() => pairOf(lastUploaders()));
  return {
    students,
    uploaders,
    conversation: once(() => begins.conversation(students[0])),
    creators: once(() => pairOf(lastCreators())),
    upload: once(() => {
      const pair = uploaders();
      return pair && begins.upload(pair[0]);
    }),
    unlimitedStudent: once(() => signIn(lastUnlimitedStudent())),
  };
}

export function pairOf([user, other]: readonly [FixtureUser, FixtureUser]): Pair | undefined {
  const me = signIn(user);
  const stranger = me && signIn(other);
  return stranger && [me, stranger];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
