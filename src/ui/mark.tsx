import type { JSX } from 'hono/jsx/jsx-runtime'

/** The product's mark: a cassette reduced to a window and two reels. Takes the colour of the text around it. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <rect
        x="2.5"
        y="6.5"
        width="27"
        height="19"
        rx="3.5"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
      />
      <rect x="7" y="11" width="18" height="8" rx="4" fill="none" stroke="currentColor" stroke-width="1.6" />
      <circle cx="11" cy="15" r="1.9" fill="currentColor" />
      <circle cx="21" cy="15" r="1.9" fill="currentColor" />
    </svg>
  )
}
