@NullMarked
package io.vpccni.ipamd.holding;

import org.jspecify.annotations.NullMarked;
