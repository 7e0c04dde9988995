import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { StreamAccessPolicy, type AccessRequest } from '../stream-access-policy.js';

/**
 * A policy that is given as a class. It uses the application's provider if there is one, otherwise an
 * instance with injected dependencies. It is resolved at its first use, when every provider exists.
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
    // After a failure, the next use tries again: the missing dependency may exist then.
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
