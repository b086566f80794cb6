@NullMarked
package io.vpccni.ipamd.checkpoint;

import org.jspecify.annotations.NullMarked;
