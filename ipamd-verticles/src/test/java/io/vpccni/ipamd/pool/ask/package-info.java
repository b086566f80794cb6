@NullMarked
package io.vpccni.ipamd.pool.ask;

import org.jspecify.annotations.NullMarked;
