/** A real platform behind a fault proxy, and what can happen to both. */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShortProject, StartedPlatform } from '../evidence/short-project.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { FaultProxy } from './fault-proxy.ts';

/** Quick answers and few rows: the faults are what is looked at. */
const SWITCHES = ['--switch', 'chunks=500', '--switch', 'aiSlowdown=0.3'];

export function startSmallPlatform(project: ShortProject, ...args: string[]): Promise<StartedPlatform> {
  return project.startPlatform(...SWITCHES, ...args);
}

export class FaultedTarget {
  readonly proxy: FaultProxy;
  private readonly project: ShortProject;
  private readonly certificates: Certificates | undefined;
  private readonly isOwn: boolean;
  private platform: StartedPlatform;
  private isStopped = false;

  private constructor(
    project: ShortProject,
    platform: { isOwn: boolean; started: StartedPlatform },
    proxy: FaultProxy,
    certificates: Certificates | undefined,
  ) {
    this.project = project;
    this.platform = platform.started;
    this.isOwn = platform.isOwn;
    this.proxy = proxy;
    this.certificates = certificates;
  }

  /** @param shared a platform that others use too, and that stays; otherwise it gets its own */
  static async start(project: ShortProject, withTls = false, shared?: StartedPlatform): Promise<FaultedTarget> {
    const certificates = withTls ? await makeCertificates() : undefined;
    const started = shared ?? (await startSmallPlatform(project));
    const proxy = await FaultProxy.start(started.url, certificates?.valid);
    return new FaultedTarget(project, { started, isOwn: !shared }, proxy, certificates);
  }

  /** What Node and k6 need to trust the proxy. */
  get trust(): Record<string, string> {
    return this.certificates?.trust ?? {};
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.proxy.stop();
    if (this.isOwn) this.platform.kill();
    if (this.certificates) await rm(this.certificates.folder, { recursive: true });
  }

  expire(): void {
    this.proxy.present(this.certificates!.expired);
  }

  async outage(seconds: number): Promise<void> {
    this.proxy.shut();
    await sleep(seconds * 1_000);
    if (!this.isStopped) await this.proxy.open();
  }

  /** Down and up in turn until it is stopped. */
  async flap(seconds: number): Promise<void> {
    while (!this.isStopped) {
      await this.outage(seconds);
      await sleep(seconds * 1_000);
    }
  }

  /** Killed, and started again on the same port, without anything that it knew. */
  async restart(): Promise<void> {
    this.platform.kill();
    const { port } = new URL(this.platform.url);
    this.platform = await startSmallPlatform(this.project, '--port', port);
    if (this.isStopped) this.platform.kill();
  }
}
