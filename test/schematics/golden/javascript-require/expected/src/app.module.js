const { Module } = require('@nestjs/common');
const { StreamingModule, JwtStrategy } = require('@hive-academy/langgraph-streaming');

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET })] }, enabled: true, port: 3000 } })],
})
class AppModule {}

module.exports = { AppModule };
