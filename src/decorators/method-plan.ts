import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import type { StreamGatewayOptions } from './gateway-options.js';

/** What the decorators of one method say together. */
export interface MethodPlan {
  readonly className: string;
  readonly methodName: string;
  readonly token?: StreamTokenOptions;
  readonly event?: StreamEventOptions;
  readonly progress?: StreamProgressOptions;
  readonly gateway?: StreamGatewayOptions;
}

/** How logs name a method. */
export function nameOf({ className, methodName }: MethodPlan): string {
  return `${className}.${methodName}`;
}
