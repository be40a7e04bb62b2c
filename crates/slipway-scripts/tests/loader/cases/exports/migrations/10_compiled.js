"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = migration;
const lodash_1 = __importDefault(require("lodash"));
async function migration() {
    console.log(lodash_1.default.capitalize("compiled"));
}
