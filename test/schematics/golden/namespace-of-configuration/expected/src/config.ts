export const streaming = { gateway: { port: 1 } };
