// What the tour needs of a browser, whichever driver speaks to it.

/** What can be clicked. */
export type Role = 'button' | 'link' | 'menuitem' | 'option';

export interface Browser {
  /** Opens an address. */
  goto(address: string): Promise<void>;
  /** Clicks what is there by this role and exactly this name, as soon as it is. */
  click(role: Role, name: string): Promise<void>;
  /** Types into the field of exactly this name, in place of what stands there, as soon as it is there. */
  type(name: string, text: string): Promise<void>;
  /** What a person can read on the page, with single blanks between the words. */
  text(): Promise<string>;
  /** What it has complained about, as far as its driver can tell. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

/** How long anything may take until it is there, in milliseconds. */
export const PATIENCE = 30_000;

/** How large the window is. */
export const SIZE = { width: 1280, height: 800 };

/** To be run within the page. */
export const READ = `document.body.innerText.replace(/\\s+/g, ' ')`;
