; SPDX-License-Identifier: Apache-2.0
; What Windows is told of an installed Inkstone, and what the program is told of the choices made here.

; defaults.toml beside the program: where a user of this PC begins; each may choose otherwise in the settings.
Function WriteDefaults
  ${If} $Library == ""
  ${AndIf} $Models == ""
  ${AndIf} $Spoken == ""
    Delete "$INSTDIR\defaults.toml"
    Return
  ${EndIf}
  StrCpy $R0 ""
  ${If} $Library != ""
    ${WordReplace} "$Library" "\" "\\" "+" $R1
    StrCpy $R0 'library = "$R1"$\n'
  ${EndIf}
  ${If} $Models != ""
    ${WordReplace} "$Models" "\" "\\" "+" $R1
    StrCpy $R0 '$R0model_folder = "$R1"$\n'
  ${EndIf}
  ${If} $Spoken == "zh"
    StrCpy $R0 '$R0language = "zh_CN"$\n'
  ${ElseIf} $Spoken == "en"
    StrCpy $R0 '$R0language = "en"$\n'
  ${EndIf}
  FileOpen $R1 "$INSTDIR\defaults.toml" w
  Push $R1
  Push $R0
  Call WriteUtf8
  Pop $R0
  FileClose $R1
FunctionEnd

Function Register
  WriteRegStr SHCTX "${KEY}" "Folder" $INSTDIR
  WriteRegStr SHCTX "${KEY}" "Version" "${VERSION}"
  WriteRegStr SHCTX "${KEY}" "Entries" "${ENTRIES}"
  WriteRegStr SHCTX "${KEY}" "Library" $Library
  WriteRegStr SHCTX "${KEY}" "Models" $Models
  WriteRegStr SHCTX "${KEY}" "Language" $Spoken
  WriteRegStr SHCTX "${KEY}" "Shortcuts" $Shortcuts
  WriteRegStr SHCTX "${KEY}" "ContextMenu" $ContextMenu
  WriteRegStr SHCTX "${KEY}" "SetupLanguage" $LANGUAGE

  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "Inkstone"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "Inkstone"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\Inkstone.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" $INSTDIR
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\Uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1 ; the set-up program is not kept on the PC: run it again to repair

  WriteRegStr SHCTX "${APP_PATHS}" "" "$INSTDIR\Inkstone.exe"

  ${If} $Shortcuts == "startmenu"
  ${OrIf} $Shortcuts == "desktop,startmenu"
    CreateShortcut "$SMPROGRAMS\Inkstone.lnk" "$INSTDIR\Inkstone.exe"
  ${Else}
    Delete "$SMPROGRAMS\Inkstone.lnk"
  ${EndIf}
  ${If} $Shortcuts == "desktop"
  ${OrIf} $Shortcuts == "desktop,startmenu"
    CreateShortcut "$DESKTOP\Inkstone.lnk" "$INSTDIR\Inkstone.exe"
  ${Else}
    Delete "$DESKTOP\Inkstone.lnk"
  ${EndIf}

  ; Offered under "open with", never the default of a kind of file.
  WriteRegStr SHCTX "${CLASSES}\Applications\Inkstone.exe" "FriendlyAppName" "Inkstone"
  WriteRegStr SHCTX "${CLASSES}\Applications\Inkstone.exe\shell\open\command" "" '"$INSTDIR\Inkstone.exe" --add "%1"'
  StrCpy $Rest "${ENDINGS}"
  ${DoWhile} $Rest != ""
    Call NextEntry
    WriteRegStr SHCTX "${CLASSES}\Applications\Inkstone.exe\SupportedTypes" ".$Entry" ""
    WriteRegStr SHCTX "${CLASSES}\.$Entry\OpenWithList\Inkstone.exe" "" ""
  ${Loop}

  DeleteRegKey SHCTX "${CLASSES}\Directory\shell\Inkstone"
  ${If} $ContextMenu = 1
    WriteRegStr SHCTX "${CLASSES}\Directory\shell\Inkstone" "" "$(ASK_INKSTONE)"
    WriteRegStr SHCTX "${CLASSES}\Directory\shell\Inkstone" "Icon" "$INSTDIR\Inkstone.exe"
    WriteRegStr SHCTX "${CLASSES}\Directory\shell\Inkstone\command" "" '"$INSTDIR\Inkstone.exe" --add "%1"'
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED
FunctionEnd

Function un.Unregister
  DeleteRegKey SHCTX "${CLASSES}\Directory\shell\Inkstone"
  DeleteRegKey SHCTX "${CLASSES}\Applications\Inkstone.exe"
  StrCpy $Rest "${ENDINGS}"
  ${DoWhile} $Rest != ""
    Call un.NextEntry
    DeleteRegKey SHCTX "${CLASSES}\.$Entry\OpenWithList\Inkstone.exe"
    DeleteRegKey /ifempty SHCTX "${CLASSES}\.$Entry\OpenWithList"
    DeleteRegKey /ifempty SHCTX "${CLASSES}\.$Entry"
  ${Loop}
  DeleteRegKey SHCTX "${APP_PATHS}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  DeleteRegKey SHCTX "${KEY}"
  Delete "$SMPROGRAMS\Inkstone.lnk"
  Delete "$DESKTOP\Inkstone.lnk"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd
