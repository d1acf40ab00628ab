import { join } from "node:path";
import { Terraform } from "../../../local-aws/terraform/terraform";
import { PROJECT } from "../project";
import startMoto from "./start-moto";

/** Before the first end-to-end test: where Terraform is missing it is fetched here, once, and not by each test. */
export default async function start(): Promise<void> {
  await Terraform.find(join(PROJECT, ".local"));
  await startMoto();
}
