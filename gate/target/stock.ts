/**
 * The words that test data is made of: what creators teach, and how students ask about it. Plain phrases, so that a
 * reader of a chat history or a report sees something like the product in use.
 */

/** A field that a creator teaches in, with subjects enough for ten videos and the questions about them. */
export interface Field {
  /** videos.category */
  readonly category: string;
  readonly subjects: readonly string[];
}

// biome-ignore format: one line a field
export const FIELDS: readonly Field[] = [
  { category: 'photography', subjects: ['aperture', 'shutter speed', 'white balance', 'exposure bracketing', 'the rule of thirds', 'depth of field', 'raw editing', 'portrait lighting', 'long exposure', 'colour grading', 'flash sync', 'lens choice'] },
  { category: 'cooking', subjects: ['knife skills', 'braising', 'emulsions', 'bread fermentation', 'seasoning', 'stock reduction', 'tempering chocolate', 'searing', 'pickling', 'fresh pasta', 'sous vide', 'menu planning'] },
  { category: 'personal finance', subjects: ['compound interest', 'emergency funds', 'index funds', 'debt snowballs', 'asset allocation', 'tax brackets', 'credit scores', 'budget categories', 'retirement accounts', 'inflation', 'dollar-cost averaging', 'rebalancing'] },
  { category: 'fitness', subjects: ['progressive overload', 'squat depth', 'deadlift form', 'recovery days', 'heart rate zones', 'mobility drills', 'protein timing', 'interval training', 'warm-up sets', 'deload weeks', 'grip strength', 'running cadence'] },
  { category: 'web development', subjects: ['the event loop', 'closures', 'flexbox', 'database indexes', 'HTTP caching', 'server components', 'form validation', 'optimistic updates', 'code splitting', 'accessibility labels', 'end-to-end tests', 'session cookies'] },
  { category: 'music production', subjects: ['side-chain compression', 'equalisation', 'gain staging', 'drum layering', 'chord inversions', 'reverb tails', 'vocal tuning', 'stereo width', 'arrangement', 'mastering loudness', 'sampling', 'synth envelopes'] },
  { category: 'languages', subjects: ['the subjunctive', 'verb endings', 'false friends', 'spaced repetition', 'word stress', 'object pronouns', 'listening drills', 'formal address', 'past tenses', 'prepositions', 'shadowing', 'conversation starters'] },
  { category: 'public speaking', subjects: ['opening hooks', 'the pause', 'slide design', 'eye contact', 'story structure', 'audience questions', 'stage fright', 'vocal variety', 'rehearsal', 'hand gestures', 'call to action', 'remote presenting'] },
  { category: 'data analysis', subjects: ['outliers', 'confidence intervals', 'pivot tables', 'window functions', 'correlation', 'sampling bias', 'time series', 'data cleaning', 'box plots', 'regression', 'A/B tests', 'dashboards'] },
  { category: 'marketing', subjects: ['customer personas', 'landing pages', 'email sequences', 'pricing pages', 'search intent', 'retention cohorts', 'brand voice', 'referral programmes', 'ad copy', 'content calendars', 'lead magnets', 'churn surveys'] },
];

/** What a video says about its subject; `%` stands for the subject. */
export const TITLE_FORMS = [
  'A first look at %',
  '% step by step',
  'Common mistakes with %',
  '% in practice',
  'Understanding %',
  '% for people in a hurry',
  'Three exercises on %',
  '%, questions and answers',
] as const;

/** What a student wants to know; `%` stands for the subject. Each continues one of `ASKS`. */
export const TOPIC_FORMS = [
  'the idea behind %',
  'the part about %',
  'the exercise on %',
  'the most common mistakes with %',
  'the first steps with %',
  'the summary of %',
  'the example for %',
] as const;

export const ASKS = [
  'Can you explain',
  'Could you go over',
  'Please walk me through',
  'I do not understand',
  'Help me with',
  'I would like to hear more about',
  'Can you sum up',
  'I need a short refresher on',
  'Where does the course cover',
  'What should I remember about',
  'I keep getting stuck at',
  'Can you quiz me on',
] as const;

/** What students tell before they ask. */
export const CONTEXTS = [
  'I watched this lesson twice now and took notes.',
  'I missed the live session last week.',
  'I am new to all of this and the pace is a little fast for me.',
  'My quiz is tomorrow and I am not ready yet.',
  'I got the last exercise wrong and want to know why before I go on.',
  'I am working on my own project for this course, and it does not behave as it did in the video.',
  'In the second half of the video it went too fast.',
  'I have used this at work before, but never with a method.',
  'A friend of mine took the course and told me to pay attention here.',
  'I am watching on my phone on the train, so I could not see the screen well.',
  'Sorry if this was asked before, I did not find it in the history.',
  'Before I start with the next chapter I want to be sure that I have understood this one.',
] as const;

export const CLOSERS = [
  'please',
  'in simple words, please',
  'in two or three sentences',
  'with an example from the videos',
  'and tell me which video shows it best',
  'and how it fits with what came before',
  'for somebody who has never tried it',
  'and what I should practise next',
  'step by step, as in the lesson',
  'and where people usually go wrong',
  'so that I can explain it to a friend',
  'with the time in the video, if you can find it',
  'and give me one exercise that I can do today in less than half an hour without any special equipment',
  'and compare it with the other way that the teacher mentioned at the end, because I mix up the two all the time',
] as const;

/** What a teacher says in a video; `%` stands for the subject. */
export const SPOKEN_FORMS = [
  'So let us slow down here and look at % once more.',
  'The first thing that people notice about % is how much it depends on what you did before.',
  'If you only remember one thing about % from this lesson, let it be this one.',
  'I made this mistake for years, and nobody told me that % was the reason.',
  'Pause the video now and try it yourself before you watch the solution.',
  'You can see on the screen how the result changes when we leave out one step.',
  'In the last lesson we had a simpler version of this, and now we add the missing part.',
  'There are two schools of thought about %, and both have a point.',
  'Write down what you expect, then do it, then compare.',
  'When you practise % at home, start with the smallest example that still shows the problem.',
  'This is where most questions in the comments come from, so I will take my time.',
  'It looks like magic the first time, but it is only % and a little patience.',
  'Notice that I have not changed anything else between the two takes.',
  'Some of you asked whether % is still worth learning, and the short answer is yes.',
  'We will come back to this in the next chapter when we put all the pieces together.',
  'A good rule is to spend twice as long on % as you think you need.',
  'Do not worry if it does not work at once, it did not work for me either.',
  'The exercise for this part is in the description below the video.',
  'Let us compare that with the example from the very first lesson.',
  'What I like about % is that you can check the result right away.',
  'Keep the notes that you take here, you will need them for the quiz.',
  'There is one exception, and it has to do with % in unusual conditions.',
  'That is really all there is to it, the rest is repetition.',
  'Before we finish, one more look at the whole thing from start to end.',
] as const;
