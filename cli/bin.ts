#!/usr/bin/env node
import { addAdopt } from "./adopt";
import { addApprove, addReject } from "./approve";
import { addAudit } from "./audit";
import { addCompletion } from "./completion";
import { addCredentials } from "./credentials";
import { addImportKey } from "./import-key";
import { addInspect } from "./inspect";
import { addKeygen } from "./keygen";
import { addRegistration } from "./registration";
import { addReview } from "./review";
import { run } from "./run";
import { addSign } from "./sign";
import { addStatus } from "./status";
import { addVerify } from "./verify";

void run(process.argv, [
  addKeygen,
  addInspect,
  addSign,
  addApprove,
  addReject,
  addAudit,
  addVerify,
  addRegistration,
  addStatus,
  addReview,
  addAdopt,
  addImportKey,
  addCredentials,
  addCompletion,
]);
