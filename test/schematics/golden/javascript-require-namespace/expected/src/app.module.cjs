'use strict';
const streaming = require("@hive-academy/langgraph-streaming");

exports.imports = [streaming.StreamingModule.forRoot({ gateway: { authentication: { strategies: [new streaming.JwtStrategy({ secret: process.env.JWT_SECRET })] } } })];
