import { Failure } from "../../messages/failure";
import { JsonProblem, readJsonDocuments } from "../../registration/json-documents";

/**
 * The values of JSON documents that stand after one another.
 *
 * @param from where they are from, for messages
 * @param fix what to do about a text that is not JSON, where nothing more is known
 * @throws Failure
 */
export function jsonIn(text: string, from: string, fix: string): unknown[] {
  try {
    return readJsonDocuments(text).map(({ value }) => value);
  } catch (error) {
    if (error instanceof JsonProblem) throw new Failure(`${from} ${error.message}`, error.fix ?? fix);
    throw error;
  }
}
