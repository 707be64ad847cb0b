#!/usr/bin/env node
// Starts under the Node of whoever calls it, and hands over to Node 24.
import { launch } from "../../../tools/launch.mjs";

launch("apps/point/src/main.ts", process.argv.slice(2));
