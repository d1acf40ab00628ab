import { say } from "./phrase";

/** The settings of guards, and what a weaker value of each means. */
export const SETTINGS = {
  "recovery window": say`${"recovery_window_in_days"} is shortened`,
  recovery: say`it can **no longer be restored** once it is deleted. Ledger Enterprise still trusts a key that is lost: revoke its user`,
  "encryption of the secret": say`it is encrypted with another key`,
  replication: say`its replication to other regions changes`,
  "deletion window": say`${"deletion_window_in_days"} is shortened`,
  "key rotation": say`it is no longer rotated`,
  "key enabled": say`it is disabled`,
  "lockout check": say`its policy's lockout check is bypassed`,
  "rule state": say`it does not get all events; its state changes`,
  "rule enabled": say`it is disabled`,
  "event pattern": say`its pattern matches less than before, or cannot be compared`,
  "alert target": say`it sends something else, or to another target`,
  "alert topic": say`its encryption or delivery changes`,
  "alert recipient": say`who receives alerts, or which alerts, changes`,
  "log retention": say`it is kept for fewer days`,
  "log encryption": say`it is no longer encrypted with a key of yours`,
  "trail logging": say`it no longer logs`,
  "trail regions": say`it no longer logs all regions`,
  "trail of IAM": say`it no longer logs IAM`,
  "trail validation": say`its log files are no longer validated`,
  "trail content": say`what it logs, or where, changes`,
  "key generator": say`the key generator's code, role or environment changes; compare the hash with your own build`,
  "permissions boundary": say`it is no longer bounded`,
  "role permissions": say`it has other permissions`,
  "public access block": say`it no longer blocks all public access`,
  "bucket versioning": say`the versioning of the trail's bucket changes`,
  "bucket lifecycle": say`how long the trail's files are kept changes`,
  "bucket encryption": say`the encryption of the trail's bucket changes`,
};

export type Setting = keyof typeof SETTINGS;
