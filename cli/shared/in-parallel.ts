/** The answers in the order of the items, a few at a time. The first error ends it all: nothing more is begun. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  answer: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  const waiting = [...items.entries()];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, item] = next;
      try {
        answers[index] = await answer(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, work));
  return answers;
}
