/** The part of `passport-http-bearer` that tests use; the package ships no types. */
declare module 'passport-http-bearer' {
  export class Strategy {
    constructor(
      verify: (token: string, done: (error: Error | null, user?: object | false) => void) => void,
    );
    authenticate(request: object): void;
  }
}
