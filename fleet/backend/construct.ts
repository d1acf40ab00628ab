import { TerraformBackend, type TerraformRemoteState } from "cdktf";
import type { Construct } from "constructs";
import type { Backend } from "./backend";

/** A stack's only backend. cdktf's own classes know some kinds, and would put a local one beside a declared one. */
export class StackBackend extends TerraformBackend {
  readonly #settings: Backend["settings"];

  constructor(scope: Construct, { kind, settings }: Backend) {
    super(scope, "backend", kind);
    this.#settings = settings;
  }

  protected override synthesizeAttributes() {
    return this.#settings;
  }

  override toTerraform() {
    // HCP Terraform's block is no backend to Terraform.
    return this.name === "cloud" ? { terraform: { cloud: this.#settings } } : super.toTerraform();
  }

  /** No stack of a fleet reads another's state. */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("the stacks of a fleet share no state: they find each other by names in AWS");
  }
}
