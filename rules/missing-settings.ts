import type { Mistake } from "../messages/mistake";

/** The settings of a workspace that may be left out and had better not be. */
export interface RecommendedSettings {
  readonly deployers?: readonly string[];
  readonly custodians?: readonly string[];
  readonly alerts?: boolean;
  readonly alertEmails?: readonly string[];
  readonly alertTopic?: string;
}

/** Why a workspace can do without these only for a trial, or until its first users are registered: warnings, not errors. */
export function accessWarnings({ deployers = [], custodians = [] }: RecommendedSettings): Mistake[] {
  const warnings: Mistake[] = [];
  if (deployers.length === 0)
    warnings.push({
      what: "deployers is empty: any administrator of the account can change who reads a key, and can silence the alerts",
      fix: "name the roles that run Terraform",
    });
  if (custodians.length === 0)
    warnings.push({
      what: "custodians is empty: no one can store the API credentials of the workspace's users",
      fix: "name the roles that may",
    });
  return warnings;
}

/** The same for alerts that reach nobody. */
export function alertWarnings({
  alerts = true,
  alertEmails = [],
  alertTopic,
}: RecommendedSettings): Mistake[] {
  if (!alerts || alertEmails.length > 0 || alertTopic !== undefined) return [];
  return [{ what: "alertEmails and alertTopic are both unset: no one will receive alerts", fix: "set one" }];
}
