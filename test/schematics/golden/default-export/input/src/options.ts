export default { websocket: { enabled: true, port: 1 }, strictNaming: false };
