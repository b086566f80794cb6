@NullMarked
package io.vpccni.rpc.process;

import org.jspecify.annotations.NullMarked;
