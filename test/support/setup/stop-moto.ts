import { ending } from "./start-moto";

/** After the last test file. */
export default async function stop(): Promise<void> {
  await ending.stopMoto?.();
}
