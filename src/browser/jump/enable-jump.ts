import { createJumpDialog } from './dialog.ts'
import { forgetOthers, forgetPlaces, recentPlaces, rememberPlace, type RecentDeps } from './recent.ts'
import { thisPlace } from './this-place.ts'

/** Turns the link to the search page into a dialog, which `/` opens as well, and remembers which places were opened. */
export function enableJump(): void {
  const link = document.querySelector<HTMLAnchorElement>('a[data-jump]')
  if (link === null) return
  const recent = recentDeps()
  if (recent !== null) rememberThisPage(recent)

  const open = createJumpDialog(link.dataset['jump'] ?? '', () =>
    recent === null ? [] : recentPlaces(recent),
  )
  link.setAttribute('aria-haspopup', 'dialog')
  link.setAttribute('aria-keyshortcuts', '/')
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return
    event.preventDefault()
    open()
  })
}

/** The browser's store; null where the browser offers none. */
function recentDeps(): RecentDeps | null {
  try {
    const account = document.querySelector('.account-label')?.textContent ?? null
    return { storage: localStorage, origin: location.origin, account }
  } catch {
    return null
  }
}

function rememberThisPage(recent: RecentDeps): void {
  forgetOthers(recent)
  const [loading] = performance.getEntriesByType('navigation')
  const place = thisPlace({
    path: location.pathname + location.search,
    title: document.title,
    homePath: document.querySelector<HTMLAnchorElement>('a.site-name')?.pathname ?? '/',
    status: loading instanceof PerformanceNavigationTiming ? loading.responseStatus : 0,
  })
  if (place !== null) rememberPlace(recent, place)
  for (const form of document.querySelectorAll('form[data-sign-out]')) {
    form.addEventListener('submit', () => forgetPlaces(recent.storage))
  }
}

/** Whether a key is meant for a field. The editor lies in a shadow tree, so only the path of the event tells. */
function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath()
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type=checkbox]), select, textarea')
}
