export class Conf {
  static websocket = { enabled: true, port: 3000 };
}
