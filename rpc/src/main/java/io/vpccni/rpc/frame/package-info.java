/** How bytes on our own Unix sockets become messages and back. Pure: no socket, no thread. */
@NullMarked
package io.vpccni.rpc.frame;

import org.jspecify.annotations.NullMarked;
