/** What the programs of this project have in common as processes is here. */
@NullMarked
package io.vpccni.rpc.process;

import org.jspecify.annotations.NullMarked;
