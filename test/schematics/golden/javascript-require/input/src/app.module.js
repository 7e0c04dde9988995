const { Module } = require('@nestjs/common');
const { StreamingModule } = require('@hive-academy/langgraph-streaming');

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 3000 }, gateway: { auth: { jwtSecret: process.env.JWT_SECRET } } })],
})
class AppModule {}

module.exports = { AppModule };
