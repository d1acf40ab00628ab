#!/usr/bin/env node
import { addInspect } from "./inspect";
import { addKeygen } from "./keygen";
import { run } from "./run";

void run(process.argv, [addKeygen, addInspect]);
