/** Dashboards, start page and quizzes as the model platform has them. */
import type { Hono } from 'hono';
import { idOf, invalid, type Sessions, unauthorized, videoOf } from './model-users.ts';

export function addPages(app: Hono, sessions: Sessions): void {
  app.get('/api/creator/analytics', (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const creatorId = context.req.query('creatorId');
    if (!creatorId) return invalid(context);
    if (creatorId !== user.creatorId) return context.json({ error: 'Forbidden' }, 403);
    context.header('Cache-Control', 's-maxage=600, stale-while-revalidate=60');
    const topVideos = [{ id: videoOf(creatorId), title: 'A video', views: 3 }];
    return context.json({ enrollmentsByDate: [], messagesByDate: [], topVideos, chatInsights: {} });
  });

  app.get('/api/creator/stats', (context) => {
    if (!sessions.userOf(context)) return unauthorized(context);
    context.header('Cache-Control', 's-maxage=300');
    return context.json({ totalStudents: 1, totalVideos: 2 });
  });

  app.get('/api/calendar/events', (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const studentId = context.req.query('studentId');
    if (!studentId) return invalid(context);
    if (studentId !== idOf(user)) return context.json({ error: 'Forbidden' }, 403);
    return context.json({ success: true, data: { events: [{ id: `event of ${user.email}` }], totalCount: 1 } });
  });

  app.get('/api/chronos/balance', (context) => {
    if (!sessions.userOf(context)) return unauthorized(context);
    return context.json({ balance: 10, totalEarned: 10, totalSpent: 0, totalRedeemed: 0, usdValue: 0.1 });
  });

  app.post('/api/assessments/quiz/generate', async (context) => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    const { videoIds, options } = await context.req.json();
    const inBounds = videoIds.length >= 1 && videoIds.length <= 10;
    if (!inBounds || options.questionCount < 3 || options.questionCount > 20 || options.difficulty === 'impossible') {
      return invalid(context);
    }
    const own = videoIds.every((id: string) => id === videoOf(user.creatorId));
    return own ? context.json({ success: true, data: { quiz: {} } }) : context.json({ error: 'Not found' }, 404);
  });
}
