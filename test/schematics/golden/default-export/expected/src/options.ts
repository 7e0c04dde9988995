export default { gateway: { enabled: true, port: 1 } };
