'use strict';
const streaming = require("@hive-academy/langgraph-streaming");

// TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
exports.imports = [streaming.StreamingModule.forRoot({ gateway: { authentication: { strategies: [new streaming.JwtStrategy({ secret: process.env.JWT_SECRET })] }, enabled: false } })];
