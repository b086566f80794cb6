/**
 * Codecs turn the bytes on our own Unix sockets into messages and back. They are pure: they know no
 * socket and no thread.
 */
@NullMarked
package io.vpccni.rpc.frame;

import org.jspecify.annotations.NullMarked;
