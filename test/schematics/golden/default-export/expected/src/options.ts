export default { gateway: { port: 1 } };
