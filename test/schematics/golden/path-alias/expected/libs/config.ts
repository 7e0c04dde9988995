export const streaming = { gateway: { enabled: true, port: 1 } };
