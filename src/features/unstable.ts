/** What documents say of themselves that Datasette does not promise to keep as they are (host.md §9.1). */
export const UNSTABLE = "This API is not part of Datasette's stable interface and may change at any time"
