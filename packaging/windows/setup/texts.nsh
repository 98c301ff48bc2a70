; SPDX-License-Identifier: Apache-2.0
; All texts of the set-up program, English and Chinese: $(NAME), or ${Say} NAME, which also follows /LANG in .onInit, where NSIS
; still speaks the language of Windows.

!macro Text name english chinese
  !define ${name}.en `${english}`
  !define ${name}.zh `${chinese}`
  LangString ${name} ${LANG_ENGLISH} "${english}"
  LangString ${name} ${LANG_SIMPCHINESE} "${chinese}"
!macroend
!define Text `!insertmacro Text`

; Onto the stack.
!macro Say name
  ${If} $LANGUAGE = ${LANG_SIMPCHINESE}
    Push `${${name}.zh}`
  ${Else}
    Push `${${name}.en}`
  ${EndIf}
!macroend
!define Say `!insertmacro Say`

; Pages
${Text} WELCOME_TITLE "Inkstone ${VERSION}" "Inkstone ${VERSION}"
${Text} WELCOME_TEXT "$Welcome" "$Welcome"
${Text} WELCOME_NEW "Ask your own documents and see every answer at its page. Everything stays on this PC: no account, no server, no network.$\r$\n$\r$\nInstalling needs no administrator rights." "向自己的文档提问，每个回答都标明出处。一切都在这台电脑上完成：无需账号，不用服务器，不连网络。$\r$\n$\r$\n安装不需要管理员权限。"
${Text} WELCOME_UPDATE "Inkstone $OldVersion in $INSTDIR will be updated to ${VERSION}.$\r$\n$\r$\nLibraries, conversations, settings and models are kept." "位于 $INSTDIR 的 Inkstone $OldVersion 将更新为 ${VERSION}。$\r$\n$\r$\n资料库、对话、设置和模型都会保留。"
${Text} WELCOME_REPAIR "Inkstone ${VERSION} is installed in $INSTDIR already. Its files will be put in order again.$\r$\n$\r$\nLibraries, conversations, settings and models are kept." "Inkstone ${VERSION} 已安装在 $INSTDIR。将修复程序文件。$\r$\n$\r$\n资料库、对话、设置和模型都会保留。"
${Text} START_INKSTONE "Start Inkstone" "启动 Inkstone"
${Text} FOLDER_TEXT "Inkstone is installed into the folder below. Your documents stay where they are, and libraries are kept apart from the program." "Inkstone 将安装到下面的文件夹。您的文档不会移动，资料库与程序分开存放。"
${Text} OPTIONS_TITLE "Options" "选项"
${Text} OPTIONS_SUBTITLE "Choose for whom Inkstone is installed and where it shows up." "请选择安装给谁使用，以及在哪里可以打开 Inkstone。"
${Text} FOR_ME "Only for &me (no administrator rights needed)" "仅为我安装（不需要管理员权限）(&M)"
${Text} FOR_ALL "For &all users of this PC (asks for administrator rights)" "为这台电脑的所有用户安装（需要管理员权限）(&A)"
${Text} ON_DESKTOP "Shortcut on the &desktop" "在桌面创建快捷方式(&D)"
${Text} ON_FOLDERS "“Ask Inkstone” in the right-click menu of &folders" "在文件夹的右键菜单中添加“用 Inkstone 提问”(&F)"
${Text} LIBRARY_LABEL "Folder of the library; left empty it lies in your user profile. Choose another disk where C: is small." "资料库所在的文件夹；留空则放在您的用户目录中。如果 C 盘空间较小，可选择其他磁盘。"
${Text} LIBRARY_BROWSE "&Browse…" "浏览(&B)…"
${Text} ASK_INKSTONE "Ask Inkstone" "用 Inkstone 提问"

; Uninstalling
${Text} LIBRARIES_TITLE "Libraries and settings" "资料库和设置"
${Text} LIBRARIES_SUBTITLE "Your documents are not touched in any case." "无论如何选择，您的文档都不会改动。"
${Text} LIBRARIES_TEXT "Libraries, conversations and settings lie in$\r$\n${HOME}$\r$\nThey are kept, and a later installation finds them again. Libraries in other folders are kept in any case." "资料库、对话和设置位于：$\r$\n${HOME}$\r$\n默认保留，以后重新安装时仍可使用。存放在其他文件夹的资料库始终保留。"
${Text} LIBRARIES_DELETE "&Delete these libraries, conversations and settings for good" "永久删除这些资料库、对话和设置(&D)"
${Text} NO_INKSTONE "There is no Inkstone in $INSTDIR. Nothing was removed. Uninstall it in the settings of Windows, under Apps, or start Uninstall.exe in the folder of Inkstone." "$INSTDIR 中没有 Inkstone。未删除任何内容。请在 Windows“设置”的“应用”中卸载，或运行 Inkstone 所在文件夹中的 Uninstall.exe。"

; Switches
${Text} SWITCHES "Inkstone ${VERSION}$\r$\n$\r$\n/S  no windows$\r$\n/ALLUSERS | /CURRENTUSER  for whom (the current user)$\r$\n/LANG=zh | en  language of set-up and program$\r$\n/LIBRARY=folder  where libraries begin$\r$\n/MODELS=folder  where models are looked for$\r$\n/POLICY=file  policy file, with /ALLUSERS$\r$\n/SHORTCUTS=desktop,startmenu | desktop | startmenu | none$\r$\n/CONTEXTMENU=1 | 0  “Ask Inkstone” on folders$\r$\n/D=folder  where the program goes; last, without quotes$\r$\n$\r$\nExit codes: 0 done, 5 folder not writable, 13 policy file wrong, 112 no space, 740 needs an administrator, 1150 Windows too old, 1602 cancelled, 1603 failed and undone, 1618 Inkstone is running, 1633 PC not suitable, 1638 another version is installed, 1639 wrong switch." "Inkstone ${VERSION}$\r$\n$\r$\n/S  不显示窗口$\r$\n/ALLUSERS | /CURRENTUSER  为谁安装（默认当前用户）$\r$\n/LANG=zh | en  安装程序和 Inkstone 的语言$\r$\n/LIBRARY=文件夹  资料库的默认位置$\r$\n/MODELS=文件夹  查找模型的位置$\r$\n/POLICY=文件  策略文件，须与 /ALLUSERS 同用$\r$\n/SHORTCUTS=desktop,startmenu | desktop | startmenu | none$\r$\n/CONTEXTMENU=1 | 0  文件夹右键菜单“用 Inkstone 提问”$\r$\n/D=文件夹  程序安装位置；须放在最后，不加引号$\r$\n$\r$\n退出代码：0 完成，5 文件夹不可写，13 策略文件有误，112 空间不足，740 需要管理员权限，1150 Windows 版本过低，1602 已取消，1603 失败并已还原，1618 Inkstone 正在运行，1633 电脑不适用，1638 已安装其他版本，1639 参数有误。"
${Text} SWITCH_UNKNOWN "The switch “$Entry” is not known or has no such value. Nothing was installed. /? lists the switches." "无法识别参数“$Entry”，或它的值不正确。未安装任何内容。用 /? 可查看所有参数。"
${Text} SWITCH_EMPTY "The switch “$R4” has no value. Nothing was installed. /? lists the switches." "参数“$R4”缺少值。未安装任何内容。用 /? 可查看所有参数。"
${Text} LIBRARY_NOT_WHOLE "The library needs a whole path, as D:\Inkstone; “$Library” is none. Nothing was installed." "资料库需要完整路径，例如 D:\Inkstone；“$Library”不是完整路径。未安装任何内容。"
${Text} MODELS_MISSING "The model folder “$Models” is not there. Give the whole path of a folder that exists. Nothing was installed." "找不到模型文件夹“$Models”。请指定已存在文件夹的完整路径。未安装任何内容。"
${Text} POLICY_MISSING "The policy file “$Policy” is not there. Give the whole path of a file that exists. Nothing was installed." "找不到策略文件“$Policy”。请指定已存在文件的完整路径。未安装任何内容。"
${Text} POLICY_NEEDS_ALL "A policy file holds for the whole PC: use /POLICY= together with /ALLUSERS. Nothing was installed." "策略文件对整台电脑生效：/POLICY= 须与 /ALLUSERS 同时使用。未安装任何内容。"
${Text} POLICY_WRONG "Inkstone cannot use the policy file “$Policy”:$\r$\n$R1$\r$\nNothing was changed. Correct the file and install again." "Inkstone 无法使用策略文件“$Policy”：$\r$\n$R1$\r$\n未做任何更改。请修正文件后重新安装。"
${Text} FOLDER_QUOTED "/D= must be the last switch and have no quotes, also where the path has spaces. Nothing was installed." "/D= 必须是最后一个参数，路径含空格时也不能加引号。未安装任何内容。"

; The PC
${Text} NOT_64_BIT "Inkstone needs a 64-bit Windows. This PC cannot run it. Nothing was installed." "Inkstone 需要 64 位 Windows，无法在这台电脑上运行。未安装任何内容。"
${Text} OLD_WINDOWS "Inkstone needs Windows 10 version 1809 or newer. Update Windows, then install again. Nothing was installed." "Inkstone 需要 Windows 10 1809 或更高版本。请更新 Windows 后重新安装。未安装任何内容。"
${Text} OLD_PROCESSOR "The processor of this PC is too old for Inkstone: it lacks SSE4.2. Nothing was installed." "这台电脑的处理器过旧，不支持 SSE4.2 指令集，无法运行 Inkstone。未安装任何内容。"

; Who, and over what
${Text} NEEDS_ADMIN "Installing or uninstalling for all users needs administrator rights. Nothing was changed." "为所有用户安装或卸载需要管理员权限。未做任何更改。"
${Text} INSTALLED_FOR_ALL "Inkstone is installed on this PC for all users already, in $R0. Update that one with /ALLUSERS, or uninstall it first. Nothing was changed." "这台电脑已为所有用户安装了 Inkstone，位于 $R0。请用 /ALLUSERS 更新，或先将其卸载。未做任何更改。"
${Text} UPDATE_FOR_ALL "Inkstone is installed on this PC for all users already, in $R0.$\r$\n$\r$\nUpdate that one? This asks for administrator rights." "这台电脑已为所有用户安装了 Inkstone，位于 $R0。$\r$\n$\r$\n是否更新它？这需要管理员权限。"
${Text} ANOTHER_FOLDER "Inkstone is installed in $R0. To have it in another folder, uninstall it first; libraries are kept. Nothing was changed." "Inkstone 已安装在 $R0。要换到其他文件夹，请先卸载；资料库会保留。未做任何更改。"
${Text} NEWER_THERE "Inkstone $OldVersion is installed, which is newer than ${VERSION}. To go back, uninstall it first; libraries are kept. Nothing was changed." "已安装更新的版本 Inkstone $OldVersion，本安装程序为 ${VERSION}。如需退回旧版，请先卸载；资料库会保留。未做任何更改。"

; The folder
${Text} FOLDER_NOT_WHOLE "“$INSTDIR” is not a whole path. Choose a folder as D:\Inkstone. Nothing was installed." "“$INSTDIR”不是完整路径。请选择类似 D:\Inkstone 的文件夹。未安装任何内容。"
${Text} FOLDER_TOO_LONG "The path “$INSTDIR” is too long. Choose a folder nearer to the top of the disk. Nothing was installed." "路径“$INSTDIR”过长。请选择层级更浅的文件夹。未安装任何内容。"
${Text} FOLDER_NOT_EMPTY "The folder $INSTDIR holds other files. Choose an empty or a new one. Nothing was installed." "文件夹 $INSTDIR 中已有其他文件。请选择空文件夹或新文件夹。未安装任何内容。"
${Text} NO_SPACE "There is not enough space for $INSTDIR: ${MEGABYTES} MB are needed, $R1 MB are free. Free some, or choose another disk. Nothing was changed." "$INSTDIR 所在磁盘空间不足：需要 ${MEGABYTES} MB，可用 $R1 MB。请清理磁盘或选择其他磁盘。未做任何更改。"
${Text} CANNOT_WRITE "You may not write to $INSTDIR. Choose another folder, or install for all users. Nothing was changed." "没有写入 $INSTDIR 的权限。请选择其他文件夹，或为所有用户安装。未做任何更改。"

; While it goes on
${Text} CLOSE_INKSTONE "Inkstone is running ($R1 is in use). Close its window, and its icon beside the clock where there is one; other users of this PC as well. Then choose Retry." "Inkstone 正在运行（$R1 正被使用）。请关闭它的窗口，如果任务栏时钟旁有它的图标也请退出；这台电脑的其他用户也需要关闭。然后选择“重试”。"
${Text} IS_RUNNING "Inkstone is running ($R1 is in use). Close it, then try again. Nothing was changed." "Inkstone 正在运行（$R1 正被使用）。请关闭后重试。未做任何更改。"
${Text} CANNOT_PROTECT "$R0 could not be written and closed to ordinary users. What was there before is unchanged." "无法写入 $R0 并限制普通用户修改。原有内容未改变。"
${Text} IS_LINK "$R0 is a link, which whoever made it can point to another folder. Remove it or choose another folder. What was there before is unchanged." "$R0 是一个链接，创建者可以随时让它指向其他文件夹。请将其删除，或选择其他文件夹。原有内容未改变。"
${Text} FAILED_UNPACKING "Inkstone could not be unpacked into $INSTDIR: the disk is full or cannot be written. What was there before is unchanged." "无法将 Inkstone 解压到 $INSTDIR：磁盘已满或无法写入。原有内容未改变。"
${Text} CANNOT_REPLACE "$INSTDIR\$Entry cannot be replaced, because another program uses it. What was there before is in its place again. Close other programs, then try again." "无法替换 $INSTDIR\$Entry，因为它正被其他程序使用。原有内容已还原。请关闭其他程序后重试。"
