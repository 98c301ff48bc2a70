; SPDX-License-Identifier: Apache-2.0
; Uninstalling: every file of the program goes, documents never, libraries and settings only where a person says so.

Var un.DeleteHome
Var un.HomeBox

Function un.onInit
  SetRegView 64
  ReadRegStr $R0 HKLM "${KEY}" "Folder"
  StrCpy $AllUsers 0
  SetShellVarContext current
  ${If} $R0 == $INSTDIR
    StrCpy $AllUsers 1
    SetShellVarContext all
  ${EndIf}
  ReadRegStr $R0 SHCTX "${KEY}" "SetupLanguage"
  ${If} $R0 != ""
    StrCpy $LANGUAGE $R0
  ${EndIf}
  Push $INSTDIR
  Call un.HoldsInkstone
  Pop $R0
  ${If} $R0 = 0
    ${un.Refuse} 1605 NO_INKSTONE
  ${EndIf}
  ${If} $AllUsers = 1
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      ${IfNot} ${Silent}
        ClearErrors
        ExecShell "runas" "$INSTDIR\Uninstall.exe"
        ${IfNot} ${Errors}
          Quit
        ${EndIf}
      ${EndIf}
      ${un.Refuse} 740 NEEDS_ADMIN
    ${EndIf}
  ${EndIf}
  StrCpy $un.DeleteHome 0
  Call un.Closed
  Pop $R0
  ${If} $R0 = 0
    ${un.Refuse} 1618 IS_RUNNING
  ${EndIf}
FunctionEnd

; Whether libraries and settings go as well; not ticked.
Function un.LibrariesPage
  ${If} $AllUsers = 1
  ${OrIfNot} ${FileExists} "${HOME}\*.*"
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(LIBRARIES_TITLE)" "$(LIBRARIES_SUBTITLE)"
  nsDialogs::Create 1018
  Pop $R0
  ${NSD_CreateLabel} 0 0 100% 50u "$(LIBRARIES_TEXT)"
  Pop $R0
  ${NSD_CreateCheckbox} 0 60u 100% 12u "$(LIBRARIES_DELETE)"
  Pop $un.HomeBox
  nsDialogs::Show
FunctionEnd

Function un.LibrariesLeave
  ${NSD_GetState} $un.HomeBox $un.DeleteHome
FunctionEnd

Section "Uninstall"
  SetDetailsPrint none
  SetOutPath "$TEMP"
  StrCpy $Rest "defaults.toml|~new|~old|~gone|${ENTRIES}" ; broken off, it can be started again: what shows an Inkstone goes last
  ${DoWhile} $Rest != ""
    Call un.NextEntry
    ${If} ${FileExists} "$INSTDIR\$Entry\*.*"
      RMDir /r "$INSTDIR\$Entry"
    ${Else}
      Delete "$INSTDIR\$Entry"
    ${EndIf}
  ${Loop}
  RMDir "$INSTDIR"
  ReadRegStr $R0 SHCTX "${KEY}" "Folder"
  Push $R0
  Call un.HoldsInkstone
  Pop $R0
  ${If} $R0 = 0 ; else what is registered is another one
    Call un.Unregister
  ${EndIf}
  ${If} $AllUsers = 0
    ; What Inkstone makes again by itself.
    RMDir /r "${HOME}\logs"
    RMDir /r "${HOME}\graphs"
    RMDir /r "${HOME}\scales"
    RMDir /r "${HOME}\window"
    Delete "${HOME}\measured.json"
    Delete "${HOME}\embedding-choices.json"
    Delete "${HOME}\embedding-known.json"
    ${If} $un.DeleteHome = 1
      RMDir /r "${HOME}"
    ${EndIf}
    RMDir "${HOME}"
  ${EndIf}
SectionEnd
