package inventory

import (
	"fmt"
	"strings"
)

// resourceScript asks Pacemaker whether a clone runs on this node; what there is
// only once may do so on any.
func resourceScript(id string) string {
	return fmt.Sprintf(`here=$(crm_node -n 2>/dev/null) && cluster=$(crm_mon --one-shot --output-as=xml 2>/dev/null) || exit 1
resource=$(echo "$cluster" | sed -n '/^    <[a-z]* id="%s" /,/^    <\/[a-z]*>/p')
where='<node '
case $(echo "$resource" | head -n 1) in
'' | */\>) exit 1 ;;
*'<clone '*) where="<node name=\"$here\" " ;;
esac
echo "$resource" | (
	while read -r line; do
		case $line in
		'<resource '*' role="Started" '* | '<resource '*'romoted" '* | '<resource '*' role="Master" '* | '<resource '*' role="Slave" '*) up=yes ;;
		'<resource '*) up=no ;;
		"$where"*) if [ "$up" = yes ]; then exit 0; fi ;;
		esac
	done
	exit 1
)
`, strings.ReplaceAll(id, ".", "[.]"))
}
