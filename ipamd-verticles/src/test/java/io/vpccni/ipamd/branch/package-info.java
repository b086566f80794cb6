@NullMarked
package io.vpccni.ipamd.branch;

import org.jspecify.annotations.NullMarked;
