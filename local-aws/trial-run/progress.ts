/** What a person sees while they wait: a line for each task, redrawn in place. Nothing is drawn where there is no terminal. */

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

interface Task {
  state: "waiting" | "running" | "done" | "failed";
  detail: string;
  since: number;
  seconds: number;
}

export class Progress {
  private readonly tasks = new Map<string, Task>();
  private readonly timer?: NodeJS.Timeout;
  private drawn = 0;
  private frame = 0;

  /** @param terminal where to draw; none where the output is no terminal, or a build server's */
  constructor(private readonly terminal: NodeJS.WriteStream | undefined) {
    if (this.terminal) this.timer = setInterval(() => this.draw(), 100).unref();
  }

  /** A terminal that a person looks at: standard error, so that the summary alone is on standard output. */
  static terminal(): NodeJS.WriteStream | undefined {
    return process.stderr.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb"
      ? process.stderr
      : undefined;
  }

  waiting(name: string): void {
    this.tasks.set(name, { state: "waiting", detail: "", since: Date.now(), seconds: 0 });
  }

  /** Runs a task, and shows what it tells of itself. */
  async task<T>(name: string, work: (tell: (detail: string) => void) => Promise<T>): Promise<T> {
    const task: Task = { state: "running", detail: "", since: Date.now(), seconds: 0 };
    this.tasks.set(name, task);
    try {
      const result = await work((detail) => {
        task.detail = detail;
      });
      task.state = "done";
      return result;
    } catch (error) {
      task.state = "failed";
      throw error;
    } finally {
      task.seconds = (Date.now() - task.since) / 1000;
      this.draw();
    }
  }

  /** Leaves the last picture where it is. */
  end(): void {
    clearInterval(this.timer);
    this.draw();
    this.tasks.clear();
    this.drawn = 0;
  }

  private draw(): void {
    const terminal = this.terminal;
    if (!terminal || this.tasks.size === 0) return;
    this.frame = (this.frame + 1) % FRAMES.length;
    const width = Math.max(...[...this.tasks.keys()].map((name) => name.length));
    const lines = [...this.tasks].map(([name, task]) => {
      const marks = { waiting: "·", running: FRAMES[this.frame] ?? "", done: "✓", failed: "✗" };
      const line = `  ${marks[task.state]} ${name.padEnd(width)}  ${describe(task)}`;
      return line.slice(0, (terminal.columns ?? 80) - 1);
    });
    const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : "";
    terminal.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join("")}`);
    this.drawn = lines.length;
  }
}

function describe({ state, detail, since, seconds }: Task): string {
  if (state === "waiting") return detail;
  if (state === "running") return `${Math.floor((Date.now() - since) / 1000)} s  ${detail}`;
  return `${seconds.toFixed(1)} s`;
}
