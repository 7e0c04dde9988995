'use strict';
const streaming = require("@hive-academy/langgraph-streaming");

exports.imports = [streaming.StreamingModule.forRoot({ gateway: { auth: { jwtSecret: process.env.JWT_SECRET } } })];
