import { Base } from './base.js';
export class C extends Base {}
