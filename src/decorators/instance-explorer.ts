import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DecoratorRuntime } from './decorator-runtime.js';
import { adoptInstance } from './instance-runtime.js';

/** Finds the instances that Nest did not make itself, from `useFactory` and `useValue`. */
@Injectable()
export class InstanceExplorer implements OnModuleInit {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly runtime: DecoratorRuntime,
  ) {}

  onModuleInit(): void {
    for (const { providers } of this.modules.values()) {
      for (const { instance } of providers.values()) adoptInstance(instance, this.runtime);
    }
  }
}
