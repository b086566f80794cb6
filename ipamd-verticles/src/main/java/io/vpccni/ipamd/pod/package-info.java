/**
 * All parts of the agent use these words for a pod: its attachment, what the attachment holds, how
 * it is wired, and what its links are called. They are pure values without behavior of their own.
 */
@NullMarked
package io.vpccni.ipamd.pod;

import org.jspecify.annotations.NullMarked;
