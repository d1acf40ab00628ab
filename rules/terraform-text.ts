/** Escapes text for Terraform's JSON, where every string is a template: `${` or `%{` in a user name would be evaluated. */
export function escapeTemplate(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}
