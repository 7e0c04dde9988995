import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { StreamAccessPolicy, type AccessRequest } from '../stream-access-policy.js';

/**
 * A policy given as a class: the provider of the application when there is one, else an instance
 * with injected dependencies. Resolved at its first use, when every provider exists.
 */
export class InjectedAccessPolicy extends StreamAccessPolicy {
  private resolved: Promise<StreamAccessPolicy> | undefined;

  constructor(
    private readonly type: Type<StreamAccessPolicy>,
    private readonly moduleRef: ModuleRef,
  ) {
    super();
  }

  async authorize(request: AccessRequest): Promise<boolean> {
    this.resolved ??= this.resolve();
    // A failure is not remembered: what was missing may be there the next time.
    this.resolved.catch(() => (this.resolved = undefined));
    const policy = await this.resolved;
    return policy.authorize(request);
  }

  private async resolve(): Promise<StreamAccessPolicy> {
    try {
      return this.moduleRef.get(this.type, { strict: false });
    } catch {
      return this.moduleRef.create(this.type);
    }
  }
}
